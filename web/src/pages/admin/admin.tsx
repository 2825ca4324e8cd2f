import { Badge, Button, Card, Group, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useAccount } from '../../account.tsx';
import { noteView, useChange } from '../../api/changes.ts';
import { type FoundUser, useUsers } from '../../api/queries.ts';
import { formatAgo, formatCount } from '../../parts/format.ts';
import { More } from '../../parts/more.tsx';
import { Empty, Page } from '../../parts/page.tsx';
import { Problem, QueryState } from '../../parts/query-state.tsx';
import { ScrollRegion } from '../../parts/scroll-region.tsx';
import { ManageUser } from './manage-user.tsx';

/** Finds people and helps them. */
export default function Admin() {
  const [query, setQuery] = useState('');
  const [wanted] = useDebouncedValue(query, 200);
  const [managed, setManaged] = useState<FoundUser>();
  const users = useUsers(wanted);
  return (
    <Page title="Admin" lead="Find an account by the beginning of its address.">
      <TextInput
        label="Address"
        placeholder="ada@"
        value={query}
        maw={360}
        onChange={({ currentTarget }) => setQuery(currentTarget.value)}
      />
      <QueryState query={users} rows={6}>
        {({ pages }) => (
          <>
            <UserTable users={pages.flatMap(({ users: some }) => some)} onManage={setManaged} />
            <More of={users}>More accounts</More>
          </>
        )}
      </QueryState>
      {managed ? <ManageUser user={managed} onClose={() => setManaged(undefined)} /> : null}
    </Page>
  );
}

function UserTable({ users, onManage }: { users: readonly FoundUser[]; onManage: (user: FoundUser) => void }) {
  const { view } = useAccount();
  const navigate = useNavigate();
  const note = useChange('', noteView);
  const see = (email: string) =>
    note.mutate(email, {
      onSuccess: () => {
        view(email);
        navigate('/');
      },
    });
  const now = Date.now();
  if (users.length === 0) {
    return (
      <Card withBorder>
        <Empty title="No account begins like that">
          <Text c="dimmed">Accounts are here once they have a key, a plan or credits.</Text>
        </Empty>
      </Card>
    );
  }
  return (
    <Card withBorder padding={0}>
      {note.error ? <Problem error={note.error} /> : null}
      <ScrollRegion name={{ 'aria-label': 'Accounts' }}>
        <Table className="cards" horizontalSpacing="md" verticalSpacing="sm" miw={{ base: 0, sm: 820 }}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Account</Table.Th>
              <Table.Th>Plan</Table.Th>
              <Table.Th>Status</Table.Th>
              <Table.Th className="number">Keys</Table.Th>
              <Table.Th className="number">Credits</Table.Th>
              <Table.Th>Last used</Table.Th>
              <Table.Th>Actions</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {users.map((user) => (
              <Table.Tr key={user.email}>
                <Table.Td data-wide className="name">
                  {user.email}
                </Table.Td>
                <Table.Td data-label="Plan">{user.plan}</Table.Td>
                <Table.Td data-label="Status">
                  <Badge miw="max-content" variant="dot" color={user.status === 'active' ? 'teal' : 'red'}>
                    {user.status}
                  </Badge>
                </Table.Td>
                <Table.Td data-label="Keys" className="number">
                  {formatCount(user.keys)}
                </Table.Td>
                <Table.Td data-label="Credits" className="number">
                  {formatCount(user.balance.total)}
                </Table.Td>
                <Table.Td data-label="Last used">
                  {user.lastUsedAt ? formatAgo(user.lastUsedAt, now) : 'never'}
                </Table.Td>
                <Table.Td data-wide>
                  <Group gap={4} wrap="nowrap">
                    <Button
                      size="compact-sm"
                      variant="default"
                      aria-label={`See as ${user.email}`}
                      onClick={() => see(user.email)}
                    >
                      See as
                    </Button>
                    <Button
                      size="compact-sm"
                      variant="default"
                      aria-label={`Manage ${user.email}`}
                      onClick={() => onManage(user)}
                    >
                      Manage
                    </Button>
                  </Group>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollRegion>
    </Card>
  );
}
