import { Button, Card, Group, SegmentedControl, Text, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMemo, useState } from 'react';
import { useAccount } from '../../account.tsx';
import { type Usage as Report, useUsage } from '../../api/queries.ts';
import { formatCount } from '../../parts/format.ts';
import { Changing, Empty, Page } from '../../parts/page.tsx';
import { QueryState } from '../../parts/query-state.tsx';
import { SPANS, spanOf } from '../overview/span.ts';
import { download, toCsv } from './csv.ts';
import { COLUMNS, type Order, rowsOf, sorted } from './rows.ts';
import { UsageTable } from './usage-table.tsx';

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
      actions={
        <>
          <Changing isShown={usage.isPlaceholderData} />
          <SegmentedControl aria-label="Span of time" data={OPTIONS} value={span} onChange={setSpan} />
        </>
      }
    >
      <QueryState query={usage} rows={8}>
        {(data) => <Routes usage={data} />}
      </QueryState>
    </Page>
  );
}

function Routes({ usage }: { usage: Report }) {
  const [order, setOrder] = useState<Order>({ column: 'requests', isDescending: true });
  const [filter, setFilter] = useState('');
  const [wanted] = useDebouncedValue(filter.trim().toLowerCase(), 120);
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
      toCsv([
        COLUMNS.map(({ label, unit }) => (unit ? `${label} (${unit})` : label)),
        ...rows.map((row) => COLUMNS.map(({ raw }) => raw(row))),
      ]),
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
            {formatCount(rows.length)} of {formatCount(all.length)} rows
          </Text>
          <Button variant="default" onClick={csv}>
            Export CSV
          </Button>
        </Group>
      </Group>
      <UsageTable rows={rows} order={order} onOrder={setOrder} />
    </>
  );
}
