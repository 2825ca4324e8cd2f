import { Anchor, Card, Code, Stack, Tabs, Text, Title } from '@mantine/core';
import { Link } from 'react-router';
import { useAccount } from '../../account.tsx';
import { useKeys } from '../../api/queries.ts';
import { Copyable } from '../../parts/copyable.tsx';
import { Page } from '../../parts/page.tsx';
import { snippetsOf } from './snippets.ts';
import { TryIt } from './try-it.tsx';

/** From a key to a first call. */
export default function QuickStart() {
  const { email } = useAccount();
  const keys = useKeys(email);
  const key = keys.data?.keys.find(({ status }) => status === 'active');
  const hint = key?.hint ?? 'sk_live_…';
  const snippets = Object.entries(snippetsOf(window.location.origin, hint));
  return (
    <Page title="Quick start" lead="From a key to a first call.">
      <Card withBorder>
        <Title order={2} size="h4" mb="sm">
          Call the API
        </Title>
        <Tabs defaultValue="curl">
          <Tabs.List mb="sm">
            {snippets.map(([language]) => (
              <Tabs.Tab key={language} value={language}>
                {language}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {snippets.map(([language, code]) => (
            <Tabs.Panel key={language} value={language}>
              <Copyable text={code} label={`${language} code`} />
            </Tabs.Panel>
          ))}
        </Tabs>
        <Text size="sm" c="dimmed" mt="sm">
          {keys.data && !key ? (
            <>
              You have no key yet:{' '}
              <Anchor component={Link} to="/keys" inherit underline="always">
                create one
              </Anchor>{' '}
              first.{' '}
            </>
          ) : null}
          Put your own secret in the place of <Code>{hint}</Code>. Keep it on your server, never in a page or a
          repository.
        </Text>
      </Card>
      <Stack>
        <TryIt />
      </Stack>
    </Page>
  );
}
