import { Anchor, Card, Group, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'react-router';
import { useAccount } from '../../account.tsx';
import { type Usage, useUsage } from '../../api/queries.ts';
import { formatCount, formatMs, formatShare, TIME_ZONE } from '../../parts/format.ts';
import { Changing, Empty, Page } from '../../parts/page.tsx';
import { QueryState } from '../../parts/query-state.tsx';
import { CHART_HEIGHT } from './series.ts';
import { type Choice, spanOf } from './span.ts';
import { SpanPicker } from './span-picker.tsx';
import { StatsTable } from './stats-table.tsx';

const SeriesChart = lazy(() => import('./series-chart.tsx'));

const isoDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

const firstChoice = (): Choice => {
  const now = Date.now();
  return { name: '24h', from: isoDay(now - 6 * 86_400_000), to: isoDay(now) };
};

/** What the account's keys are used for, as it happens. */
export default function Overview() {
  const { email } = useAccount();
  const [choice, setChoice] = useState(firstChoice);
  const usage = useUsage(email, spanOf(choice));
  return (
    <Page
      title="Overview"
      lead="What your keys are used for, as it happens."
      actions={
        <>
          <Changing isShown={usage.isPlaceholderData} />
          <SpanPicker choice={choice} onChange={setChoice} />
        </>
      }
    >
      <QueryState query={usage} rows={8}>
        {(data) => <Report usage={data} />}
      </QueryState>
    </Page>
  );
}

function Report({ usage }: { usage: Usage }) {
  const { totals, credits, quota, routes, keys } = usage;
  const { latencyMs } = totals;
  return (
    <Stack>
      <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing="sm">
        <Figure name="Requests" value={formatCount(totals.requests)} note={`${formatCount(totals.rejected)} refused`} />
        <Figure name="Error rate" value={formatShare(totals.errorRate)} note={`${formatCount(totals.errors)} errors`} />
        <Figure name="Latency p50" value={latencyMs ? formatMs(latencyMs.p50) : '–'} note="half are faster" />
        <Figure name="Latency p95" value={latencyMs ? formatMs(latencyMs.p95) : '–'} note="95% are faster" />
        <Figure name="Latency p99" value={latencyMs ? formatMs(latencyMs.p99) : '–'} note="99% are faster" />
        <Figure
          name="Credits left"
          value={formatCount(credits.total)}
          note={quota ? `and ${formatCount(quota.remaining)} calls this ${quota.period}` : 'no quota'}
        />
      </SimpleGrid>
      <Card withBorder>
        <Group justify="space-between" gap={4} mb="sm">
          <Title order={2} size="h4">
            Requests over time
          </Title>
          <Text size="sm" c="dimmed">
            {`by the ${usage.granularity}, ${usage.granularity === 'day' ? 'UTC' : TIME_ZONE}`}
          </Text>
        </Group>
        {totals.requests === 0 ? (
          <Empty title="No calls in this span">
            <Text c="dimmed">As soon as one of your keys is used, you see it here.</Text>
            <Anchor component={Link} to="/quick-start">
              Make a first call
            </Anchor>
          </Empty>
        ) : (
          <Suspense fallback={<Skeleton height={CHART_HEIGHT} role="status" aria-label="Loading" />}>
            <SeriesChart series={usage.series} granularity={usage.granularity} totals={totals} />
          </Suspense>
        )}
      </Card>
      {totals.requests > 0 ? (
        <SimpleGrid cols={{ base: 1, lg: 2 }}>
          <StatsTable title="Top routes" column="Route" rows={routes.map((row) => ({ ...row, name: row.route }))} />
          <StatsTable title="By key" column="Key" rows={keys.map((row) => ({ ...row, name: row.name || row.keyId }))} />
        </SimpleGrid>
      ) : null}
    </Stack>
  );
}

function Figure({ name, value, note }: { name: string; value: string; note: string }) {
  return (
    <Card withBorder padding="sm">
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <Group gap={4}>
        <Text fz={24} fw={650} data-figure={name} style={{ overflowWrap: 'anywhere' }}>
          {value}
        </Text>
      </Group>
      <Text size="xs" c="dimmed">
        {note}
      </Text>
    </Card>
  );
}
