import { Alert, Button, Group, Text } from '@mantine/core';
import { useNetwork } from '@mantine/hooks';
import { useAccount } from '../account.tsx';
import { useIsSuspended } from '../api/queries.ts';
import { useSession } from '../session/session-context.tsx';

/** What holds for every page: one is offline, the session is over, the account suspended or another's. */
export function Notices() {
  const { online } = useNetwork();
  const { isExpired, session } = useSession();
  const { email, isReadOnly, view } = useAccount();
  const isSuspended = useIsSuspended(email);
  return (
    <>
      {isExpired ? (
        <Alert color="yellow" variant="light" role="alert" mb="md" title="Your session has ended">
          <Group justify="space-between">
            <Text size="sm">What you see stays as it is. Sign in again to go on.</Text>
            <Button size="xs" onClick={() => void session.signIn()}>
              Sign in again
            </Button>
          </Group>
        </Alert>
      ) : null}
      {online ? null : (
        <Alert color="yellow" variant="light" role="status" mb="md" title="You are offline">
          What you see may be old; it goes on when you are back.
        </Alert>
      )}
      {isSuspended ? (
        <Alert color="red" variant="light" role="status" mb="md" title="The account is suspended">
          None of its keys is accepted until it is restored. The reason is in its activity.
        </Alert>
      ) : null}
      {isReadOnly ? (
        <Alert color="grape" variant="light" role="status" mb="md" title={`You see the account of ${email}`}>
          <Group justify="space-between">
            <Text size="sm">As its owner does, and without changing anything. Your visit is in their audit log.</Text>
            <Button size="xs" variant="default" onClick={() => view(undefined)}>
              Back to my account
            </Button>
          </Group>
        </Alert>
      ) : null}
    </>
  );
}
