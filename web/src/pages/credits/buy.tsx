import { Button, Card, Checkbox, Group, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { checkout, useChange } from '../../api/changes.ts';
import type { Plan } from '../../api/queries.ts';
import { formatCount, formatPrice } from '../../parts/format.ts';
import { Problem } from '../../parts/query-state.tsx';

/** The packs of the account's plan. */
export function Buy({ email, packs, isConfigured }: { email: string; packs: Plan['packs']; isConfigured: boolean }) {
  const [saves, setSaves] = useState(false);
  const buy = useChange(email, (pack: string) => checkout({ email, pack, savePaymentMethod: saves }));
  const go = (pack: string) => buy.mutate(pack, { onSuccess: ({ url }) => window.location.assign(url) });
  return (
    <Card withBorder>
      <Title order={2} size="h4" mb="sm">
        Buy credits
      </Title>
      {isConfigured ? (
        <Stack>
          {buy.error ? <Problem error={buy.error} /> : null}
          {packs.map(({ name, credits, price }) => (
            <Group key={name} justify="space-between">
              <div>
                <Text fw={600}>{formatCount(credits)} credits</Text>
                <Text size="sm" c="dimmed">
                  {formatPrice(price)}
                </Text>
              </div>
              <Button
                variant="default"
                aria-label={`Buy ${formatCount(credits)} credits for ${formatPrice(price)}`}
                loading={buy.isPending && buy.variables === name}
                onClick={() => go(name)}
              >
                Buy
              </Button>
            </Group>
          ))}
          <Checkbox
            label="Keep the payment method for top-ups"
            checked={saves}
            onChange={({ currentTarget }) => setSaves(currentTarget.checked)}
          />
        </Stack>
      ) : (
        <Text c="dimmed">Credits are not sold here. Ask who runs this service.</Text>
      )}
    </Card>
  );
}
