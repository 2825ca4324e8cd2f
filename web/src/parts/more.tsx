import { Button, Group } from '@mantine/core';

interface Paged {
  readonly hasNextPage: boolean;
  readonly isFetchingNextPage: boolean;
  fetchNextPage(): unknown;
}

/** Asks for the next page of a list, as long as there is one. */
export const More = ({ of, children }: { of: Paged; children: string }) =>
  of.hasNextPage ? (
    <Group justify="center">
      <Button variant="default" loading={of.isFetchingNextPage} onClick={() => void of.fetchNextPage()}>
        {children}
      </Button>
    </Group>
  ) : null;
