import { Button, Card, Code, Group, PasswordInput, Stack, Table, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { Problem } from '../../parts/query-state.tsx';

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: readonly (readonly [string, string])[];
}

const SHOWN = [
  'ratelimit-policy',
  'ratelimit',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
  'retry-after',
  'deprecation',
  'sunset',
];

async function whoami(key: string): Promise<Answer> {
  const response = await fetch('/api/whoami', { headers: { 'x-api-key': key.trim() }, cache: 'no-store' });
  const text = await response.text();
  const headers = SHOWN.flatMap((name) => {
    const value = response.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return { status: response.status, body: pretty(text), headers };
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** Calls the API with a key that is pasted, and forgotten with the page. */
export function TryIt() {
  const [key, setKey] = useState('');
  const [answer, setAnswer] = useState<Answer>();
  const [error, setError] = useState<unknown>();
  const [isCalling, setCalling] = useState(false);
  const call = async () => {
    setCalling(true);
    setError(undefined);
    await whoami(key).then(setAnswer, setError);
    setCalling(false);
  };
  return (
    <Card withBorder>
      <Title order={2} size="h4" mb="sm">
        Try it
      </Title>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void call();
        }}
      >
        <Group align="end">
          <PasswordInput
            miw={240}
            label="Your key"
            description="It is sent to this service alone, and not kept."
            placeholder="sk_live_…"
            autoComplete="off"
            required
            flex={1}
            value={key}
            onChange={({ currentTarget }) => setKey(currentTarget.value)}
          />
          <Button type="submit" loading={isCalling}>
            Call whoami
          </Button>
        </Group>
      </form>
      {error ? <Problem error={error} /> : null}
      {answer ? (
        <Stack mt="md" gap="sm">
          <Text role="status" fw={600}>
            {`Answered with ${answer.status}`}
          </Text>
          {answer.headers.length > 0 ? (
            <Table withTableBorder aria-label="Headers of the answer">
              <Table.Tbody>
                {answer.headers.map(([name, value]) => (
                  <Table.Tr key={name}>
                    <Table.Th scope="row">{name}</Table.Th>
                    <Table.Td ff="monospace">{value}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          ) : null}
          <Code block tabIndex={0} aria-label="Body of the answer" role="region">
            {answer.body}
          </Code>
        </Stack>
      ) : null}
    </Card>
  );
}
