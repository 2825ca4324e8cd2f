import { Alert, Card, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { useSearchParams } from 'react-router';
import { useAccount } from '../../account.tsx';
import { useCredits, useKeys, usePlans, useUsage } from '../../api/queries.ts';
import { formatCount, formatDay } from '../../parts/format.ts';
import { Loading } from '../../parts/loading.tsx';
import { More } from '../../parts/more.tsx';
import { Page } from '../../parts/page.tsx';
import { Problem, QueryState } from '../../parts/query-state.tsx';
import { Buy } from './buy.tsx';
import { LedgerTable } from './ledger-table.tsx';
import { termsOf } from './plan-terms.ts';
import { burnDown } from './projection.ts';
import { TopUpForm } from './top-up-form.tsx';
import { settingsOf } from './top-up-settings.ts';

const BurnDownChart = lazy(() => import('./burn-down-chart.tsx'));

const RETURNS: Readonly<Record<string, { color: string; text: string }>> = {
  success: { color: 'teal', text: 'Thank you. Your credits come as soon as the payment is confirmed.' },
  cancelled: { color: 'gray', text: 'Nothing was bought.' },
};

const MONTH_MS = 30 * 86_400_000;

/** What the account can spend, where it went, and how there is more. */
export default function Credits() {
  const { email, isReadOnly } = useAccount();
  const [search] = useSearchParams();
  const outcome = search.get('checkout') ?? '';
  const credits = useCredits(email, { isPaid: outcome === 'success' });
  const keys = useKeys(email);
  const plans = usePlans();
  const back = RETURNS[outcome];
  return (
    <Page title="Credits" lead="Included credits are spent first and begin anew each month; bought ones stay.">
      {back ? (
        <Alert color={back.color} variant="light" role="status">
          {back.text}
        </Alert>
      ) : null}
      {plans.error ? <Problem error={plans.error} onRetry={plans.refetch} /> : null}
      <QueryState query={credits} rows={8}>
        {({ pages }) => {
          const [first] = pages;
          if (!first) return null;
          const plan = plans.data?.plans.find(({ name }) => name === keys.data?.plan);
          return (
            <Stack>
              <SimpleGrid cols={{ base: 1, sm: 3 }}>
                <Balance
                  name="Included"
                  credits={first.balance.included}
                  note={`renewed on ${formatDay(first.resetsAt)}`}
                />
                <Balance name="Bought" credits={first.balance.purchased} note="kept until spent" />
                <Balance name="Total" credits={first.balance.total} note={plan ? termsOf(plan) : ''} />
              </SimpleGrid>
              <BurnDown email={email} left={first.balance.total} />
              {plan && !isReadOnly ? (
                <SimpleGrid cols={{ base: 1, lg: 2 }}>
                  <Buy email={email} packs={plan.packs} isConfigured={first.billing.isConfigured} />
                  <TopUpForm key={settingsOf(first.billing)} email={email} packs={plan.packs} billing={first.billing} />
                </SimpleGrid>
              ) : null}
              <LedgerTable entries={pages.flatMap(({ entries }) => entries)} />
              <More of={credits}>Older entries</More>
            </Stack>
          );
        }}
      </QueryState>
    </Page>
  );
}

function Balance({ name, credits, note }: { name: string; credits: number; note: string }) {
  return (
    <Card withBorder>
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <Text fz={28} fw={650} data-balance={name} style={{ overflowWrap: 'anywhere' }}>
        {formatCount(credits)}
      </Text>
      <Text size="xs" c="dimmed">
        {note}
      </Text>
    </Card>
  );
}

function BurnDown({ email, left }: { email: string; left: number }) {
  const usage = useUsage(email, { lastMs: MONTH_MS }, { granularity: 'day' });
  return (
    <Card withBorder>
      <Title order={2} size="h4" mb="sm">
        How they are spent
      </Title>
      <QueryState query={usage}>
        {(data) => {
          const { points, pace, goneAt } = burnDown(data, left, Date.now());
          return (
            <Stack gap="sm">
              <Text size="sm">
                {pace === 0
                  ? 'Nothing was spent in the last seven days.'
                  : `About ${formatCount(Math.round(pace))} a day. ${goneAt === undefined ? 'They last for more than a year.' : `At this pace they are gone on ${formatDay(new Date(goneAt).toISOString())}.`}`}
              </Text>
              <Suspense fallback={<Loading />}>
                <BurnDownChart points={points} />
              </Suspense>
            </Stack>
          );
        }}
      </QueryState>
    </Card>
  );
}
