import { Button, Divider, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { changePlan, changeStatus, grantCredits, useChange } from '../../api/changes.ts';
import { type FoundUser, usePlans } from '../../api/queries.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Problem } from '../../parts/query-state.tsx';

/** What an admin changes about an account; each change is in its audit log. */
export function ManageUser({ user: { email, plan, status }, onClose }: { user: FoundUser; onClose: () => void }) {
  return (
    <Dialog onClose={onClose} title={email} size="lg">
      <Stack>
        <Credits email={email} onDone={onClose} />
        <Divider />
        <ChangePlan email={email} plan={plan} onDone={onClose} />
        <Divider />
        <ChangeStatus email={email} status={status} onDone={onClose} />
      </Stack>
    </Dialog>
  );
}

/** What is sent again unchanged, after an answer that did not come, is the same wish. */
const wish = (amount: string, reason: string) => ({ amount, reason, requestKey: crypto.randomUUID() });

function Credits({ email, onDone }: { email: string; onDone: () => void }) {
  const [{ amount, reason, requestKey }, setWish] = useState(() => wish('', ''));
  const grant = useChange(
    email,
    () => grantCredits(email, { amount: Number(amount), reason }, requestKey),
    'The credits are moved.',
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        grant.mutate(undefined, { onSuccess: onDone });
      }}
    >
      <Stack gap="xs">
        <Text fw={600}>Give credits, or take them back</Text>
        {grant.error ? <Problem error={grant.error} /> : null}
        <Group align="end">
          <TextInput
            label="Credits"
            description="Negative takes back."
            type="number"
            required
            w={140}
            value={amount}
            onChange={({ currentTarget }) => setWish(wish(currentTarget.value, reason))}
          />
          <TextInput
            label="Reason"
            description="Its owner sees it."
            required
            flex={1}
            value={reason}
            onChange={({ currentTarget }) => setWish(wish(amount, currentTarget.value))}
          />
          <Button type="submit" variant="default" loading={grant.isPending}>
            Move credits
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function ChangePlan({ email, plan, onDone }: { email: string; plan: string; onDone: () => void }) {
  const [wanted, setWanted] = useState(plan);
  const plans = usePlans();
  const change = useChange(email, () => changePlan(email, wanted), 'The plan is changed.');
  return (
    <Stack gap="xs">
      <Text fw={600}>Plan</Text>
      <Text size="sm" c="dimmed">
        From the next call on; nothing is prorated, and what was used counts.
      </Text>
      {change.error ? <Problem error={change.error} /> : null}
      <Group>
        <Select
          aria-label="Plan"
          data={plans.data?.plans.map(({ name }) => name) ?? [plan]}
          value={wanted}
          allowDeselect={false}
          onChange={(name) => setWanted(name ?? plan)}
        />
        <Button
          variant="default"
          disabled={wanted === plan}
          loading={change.isPending}
          onClick={() => change.mutate(undefined, { onSuccess: onDone })}
        >
          Change plan
        </Button>
      </Group>
    </Stack>
  );
}

function ChangeStatus({ email, status, onDone }: { email: string; status: FoundUser['status']; onDone: () => void }) {
  const [reason, setReason] = useState('');
  const next = status === 'active' ? 'suspended' : 'active';
  const change = useChange(
    email,
    () => changeStatus(email, { status: next, reason }),
    next === 'suspended' ? 'The account is suspended.' : 'The account is restored.',
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate(undefined, { onSuccess: onDone });
      }}
    >
      <Stack gap="xs">
        <Text fw={600}>{next === 'suspended' ? 'Suspend the account' : 'Restore the account'}</Text>
        {change.error ? <Problem error={change.error} /> : null}
        <Group align="end">
          <TextInput
            label="Reason"
            description="Its owner sees it."
            required
            flex={1}
            value={reason}
            onChange={({ currentTarget }) => setReason(currentTarget.value)}
          />
          <Button type="submit" variant="default" loading={change.isPending}>
            {next === 'suspended' ? 'Suspend' : 'Restore'}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
