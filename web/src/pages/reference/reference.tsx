import { Accordion, Badge, Code, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Page } from '../../parts/page.tsx';
import { QueryState } from '../../parts/query-state.tsx';
import { type Described, operationsOf } from './operations.ts';

const COLORS: Readonly<Record<string, string>> = {
  GET: 'blue',
  POST: 'teal',
  PUT: 'orange',
  PATCH: 'orange',
  DELETE: 'red',
};

const read = async (): Promise<unknown> => {
  const response = await fetch('/api/openapi.json');
  if (!response.ok) throw new Error(`The contract was answered with ${response.status}`);
  return response.json();
};

/** The contract, as the service itself tells it. */
export default function Reference() {
  const contract = useQuery({ queryKey: ['openapi'], queryFn: read, staleTime: Number.POSITIVE_INFINITY });
  return (
    <Page title="API reference" lead="The contract, as the service itself tells it: /api/openapi.json.">
      <QueryState query={contract} rows={10}>
        {(document) => (
          <Stack>
            {operationsOf(document).map(([group, operations]) => (
              <section key={group} aria-labelledby={group}>
                <Title order={2} size="h4" mb="xs" id={group}>
                  {group}
                </Title>
                <Accordion variant="separated" order={3}>
                  {operations.map((operation) => (
                    <Operation key={operation.id} operation={operation} />
                  ))}
                </Accordion>
              </section>
            ))}
          </Stack>
        )}
      </QueryState>
    </Page>
  );
}

function Operation({ operation: { id, method, path, summary, parts } }: { operation: Described }) {
  return (
    <Accordion.Item value={id}>
      <Accordion.Control>
        <Group gap="sm">
          <Badge color={COLORS[method]} variant="light" w={72} c="var(--mantine-color-text)">
            {method}
          </Badge>
          <Code>{path}</Code>
          <Text size="sm">{summary}</Text>
        </Group>
      </Accordion.Control>
      <Accordion.Panel>
        <Stack gap="sm">
          {parts.map(({ title, text }) => (
            <div key={title}>
              <Text size="sm" fw={600} mb={4}>
                {title}
              </Text>
              <Code block tabIndex={0} role="region" aria-label={`${title} of ${id}`}>
                {text}
              </Code>
            </div>
          ))}
        </Stack>
      </Accordion.Panel>
    </Accordion.Item>
  );
}
