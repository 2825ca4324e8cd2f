import { Alert, Button, Code, Group, Skeleton, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ApiError } from '../api/problem.ts';

interface Asked<Data> {
  readonly data: Data | undefined;
  readonly error: unknown;
  readonly isPaused?: boolean;
  readonly fetchStatus: string;
  refetch(): unknown;
}

/** What was asked of the service: what came of it, or that it is on its way, or why it did not come. */
export function QueryState<Data>({
  query,
  rows = 4,
  children,
}: {
  query: Asked<Data>;
  /** How many lines stand in for what is on its way. */
  rows?: number;
  children: (data: Data) => ReactNode;
}) {
  const { data, error, fetchStatus } = query;
  if (data !== undefined) {
    return (
      <>
        {error ? <Problem error={error} onRetry={query.refetch} isStale /> : null}
        {children(data)}
      </>
    );
  }
  if (error) return <Problem error={error} onRetry={query.refetch} />;
  if (fetchStatus === 'paused') return <Text role="status">You are offline. This comes when you are back.</Text>;
  return (
    <Stack role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same, and stay.
        <Skeleton key={row} height={28} />
      ))}
    </Stack>
  );
}

/** Why something did not work, and what there is to do. */
export function Problem({
  error,
  onRetry,
  isStale = false,
}: {
  error: unknown;
  onRetry?: () => unknown;
  isStale?: boolean;
}) {
  const requestId = error instanceof ApiError ? error.problem?.requestId : undefined;
  const isSignedOut = error instanceof ApiError && error.status === 401;
  const message = error instanceof Error ? error.message : String(error);
  return (
    <Alert
      color="red"
      variant="light"
      role="alert"
      title={isStale ? 'What you see may be old' : 'That did not work'}
      mb="sm"
    >
      <Stack gap="xs" align="start">
        <Text size="sm" style={{ whiteSpace: 'pre-line' }}>
          {message}
        </Text>
        {requestId ? (
          <Text size="xs">
            Request <Code>{requestId}</Code>
          </Text>
        ) : null}
        {onRetry && !isSignedOut ? (
          <Group>
            <Button size="xs" variant="default" onClick={() => onRetry()}>
              Try again
            </Button>
          </Group>
        ) : null}
      </Stack>
    </Alert>
  );
}
