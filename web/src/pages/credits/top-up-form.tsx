import { Button, Card, Group, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { setTopUp, stopTopUp, useChange } from '../../api/changes.ts';
import { fieldsOf } from '../../api/problem.ts';
import type { Plan } from '../../api/queries.ts';
import { formatCount, formatPrice, leastUnits } from '../../parts/format.ts';
import { Problem } from '../../parts/query-state.tsx';
import type { Billing } from './top-up-settings.ts';

/** Has credits topped up before they are gone. */
export function TopUpForm({ email, packs, billing }: { email: string; packs: Plan['packs']; billing: Billing }) {
  const { isConfigured, paymentMethod, topUp } = billing;
  const currency = packs[0]?.price.currency ?? 'usd';
  const units = leastUnits(currency);
  const [form, setForm] = useState({
    threshold: String(topUp?.threshold ?? 1_000),
    pack: topUp?.pack ?? packs[0]?.name ?? '',
    cap: String(topUp ? topUp.monthlyCap / units : Math.max(50, (packs[0]?.price.amount ?? 0) / units)),
  });
  const save = useChange(
    email,
    () =>
      setTopUp(email, {
        threshold: Number(form.threshold),
        pack: form.pack,
        monthlyCap: Math.round(Number(form.cap) * units),
      }),
    'Automatic top-up is on.',
  );
  const stop = useChange(email, () => stopTopUp(email), 'Automatic top-up is off.');
  const errors = fieldsOf(save.error);
  return (
    <Card withBorder>
      <Title order={2} size="h4" mb="sm">
        Automatic top-up
      </Title>
      {!isConfigured || !paymentMethod ? (
        <Text c="dimmed">
          {isConfigured
            ? 'Buy a pack and keep the payment method: then credits can be topped up by it.'
            : 'Credits are not sold here.'}
        </Text>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            save.mutate(undefined);
          }}
        >
          <Stack>
            {(save.error && Object.keys(errors).length === 0) || stop.error ? (
              <Problem error={save.error ?? stop.error} />
            ) : null}
            <Text size="sm">
              {topUp
                ? `On, by ${paymentMethod.brand} ending in ${paymentMethod.last4}: ${formatPrice({ amount: topUp.chargedThisMonth, currency })} charged this month.${topUp.inFlight ? ' One is under way.' : ''}`
                : `Off. It would be charged to ${paymentMethod.brand} ending in ${paymentMethod.last4}.`}
            </Text>
            <TextInput
              label="When so many credits are left"
              type="number"
              min={0}
              required
              value={form.threshold}
              error={errors.threshold}
              onChange={({ currentTarget }) => setForm({ ...form, threshold: currentTarget.value })}
            />
            <Select
              label="Buy"
              data={packs.map(({ name, credits, price }) => ({
                value: name,
                label: `${formatCount(credits)} for ${formatPrice(price)}`,
              }))}
              value={form.pack}
              error={errors.pack}
              allowDeselect={false}
              onChange={(pack) => setForm({ ...form, pack: pack ?? form.pack })}
            />
            <TextInput
              label={`At most in a month (${currency.toUpperCase()})`}
              type="number"
              min={1}
              step={1 / units}
              required
              value={form.cap}
              error={errors.monthlyCap}
              onChange={({ currentTarget }) => setForm({ ...form, cap: currentTarget.value })}
            />
            <Group justify="end">
              {topUp ? (
                <Button variant="default" loading={stop.isPending} onClick={() => stop.mutate(undefined)}>
                  Turn off
                </Button>
              ) : null}
              <Button type="submit" loading={save.isPending}>
                {topUp ? 'Save' : 'Turn on'}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Card>
  );
}
