import {
  Button,
  Card,
  Group,
  ScrollArea,
  SegmentedControl,
  Table,
  Text,
  TextInput,
  UnstyledButton,
} from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMemo, useState } from 'react';
import { useAccount } from '../../account.tsx';
import { type Usage as Report, useUsage } from '../../api/queries.ts';
import { Empty, Page } from '../../parts/page.tsx';
import { QueryState } from '../../parts/query-state.tsx';
import { SPANS, spanOf } from '../overview/span.ts';
import { download, toCsv } from './csv.ts';
import { COLUMNS, type Column, type Order, type Row, rowsOf, sorted } from './rows.ts';

const OPTIONS = Object.entries(SPANS).map(([value, { label }]) => ({ value, label }));

/** Each route by each key. */
export default function Usage() {
  const { email } = useAccount();
  const [span, setSpan] = useState('7d');
  const usage = useUsage(email, spanOf({ name: span, from: '', to: '' }), { detail: 'cells' });
  return (
    <Page
      title="Usage"
      lead="Every route, by every key that called it."
      actions={<SegmentedControl aria-label="Span of time" data={OPTIONS} value={span} onChange={setSpan} />}
    >
      <QueryState query={usage} rows={8}>
        {(data) => <Routes usage={data} />}
      </QueryState>
    </Page>
  );
}

/** So many rows are drawn at once; more as one goes down. */
const PAGE = 60;

function Routes({ usage }: { usage: Report }) {
  const [order, setOrder] = useState<Order>({ column: 'requests', isDescending: true });
  const [filter, setFilter] = useState('');
  const [wanted] = useDebouncedValue(filter.trim().toLowerCase(), 120);
  const [shown, setShown] = useState(PAGE);
  const all = useMemo(() => rowsOf(usage), [usage]);
  const rows = useMemo(() => {
    const found = all.filter(({ route, key }) => `${route} ${key}`.toLowerCase().includes(wanted));
    return sorted(found, order);
  }, [all, wanted, order]);

  if (all.length === 0) {
    return (
      <Card withBorder>
        <Empty title="No calls in this span">
          <Text c="dimmed">Choose a longer one, or make a call.</Text>
        </Empty>
      </Card>
    );
  }
  const csv = () =>
    download(
      `usage-${usage.from.slice(0, 10)}-${usage.to.slice(0, 10)}.csv`,
      toCsv([COLUMNS.map(({ label }) => label), ...rows.map((row) => COLUMNS.map(({ raw }) => raw(row)))]),
    );
  return (
    <>
      <Group justify="space-between">
        <TextInput
          aria-label="Filter by route or key"
          placeholder="Filter by route or key"
          value={filter}
          onChange={({ currentTarget }) => setFilter(currentTarget.value)}
          w={280}
        />
        <Group>
          <Text size="sm" c="dimmed" role="status">
            {rows.length} of {all.length} rows
          </Text>
          <Button variant="default" onClick={csv}>
            Export CSV
          </Button>
        </Group>
      </Group>
      <Card withBorder padding={0}>
        <ScrollArea.Autosize
          mah="65vh"
          viewportProps={{ tabIndex: 0, role: 'region', 'aria-label': 'Usage by route and key' }}
          onBottomReached={() => setShown((count) => Math.min(rows.length, count + PAGE))}
        >
          <Table stickyHeader horizontalSpacing="md" miw={720}>
            <Table.Thead>
              <Table.Tr>
                {COLUMNS.map((column) => (
                  <Heading key={column.name} column={column} order={order} onOrder={setOrder} />
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.slice(0, shown).map((row) => (
                <UsageRow key={`${row.keyId} ${row.route}`} row={row} />
              ))}
            </Table.Tbody>
          </Table>
        </ScrollArea.Autosize>
      </Card>
    </>
  );
}

function UsageRow({ row }: { row: Row }) {
  return (
    <Table.Tr>
      {COLUMNS.map(({ name, isNumber, shown }) => (
        <Table.Td key={name} className={isNumber ? 'number' : undefined}>
          {shown(row)}
        </Table.Td>
      ))}
    </Table.Tr>
  );
}

function Heading({
  column: { name, label, isNumber },
  order,
  onOrder,
}: {
  column: Column;
  order: Order;
  onOrder: (order: Order) => void;
}) {
  const isOrdered = order.column === name;
  const direction = order.isDescending ? 'descending' : 'ascending';
  const next = isOrdered ? !order.isDescending : isNumber;
  return (
    <Table.Th className={isNumber ? 'number' : undefined} aria-sort={isOrdered ? direction : 'none'}>
      <UnstyledButton fz="sm" fw={650} onClick={() => onOrder({ column: name, isDescending: next })}>
        {label}
        <span aria-hidden>{isOrdered ? (order.isDescending ? ' ↓' : ' ↑') : ''}</span>
      </UnstyledButton>
    </Table.Th>
  );
}
