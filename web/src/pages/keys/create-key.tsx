import { Button, Group, SegmentedControl, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { createKey, useChange } from '../../api/changes.ts';
import { fieldsOf } from '../../api/problem.ts';
import { type KeyWithSecret, usePlan } from '../../api/queries.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Problem } from '../../parts/query-state.tsx';
import { placeholdersOf } from './placeholders.ts';
import { PolicyFields } from './policy-fields.tsx';
import { EMPTY_FORM, formErrors, newKeyOf, type PolicyForm } from './policy-form.ts';

/** Makes a key. */
export function CreateKey({
  email,
  onClose,
  onMade,
}: {
  email: string;
  onClose: () => void;
  onMade: (key: KeyWithSecret) => void;
}) {
  const [form, setForm] = useState<PolicyForm>(EMPTY_FORM);
  const plan = usePlan(email);
  const create = useChange(email, createKey);
  const errors = formErrors(fieldsOf(create.error));
  const submit = () => create.mutate(newKeyOf(email, form), { onSuccess: onMade });
  return (
    <Dialog onClose={onClose} title="Create key" size="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Stack>
          {create.error && Object.keys(errors).length === 0 ? <Problem error={create.error} /> : null}
          <SegmentedControl
            aria-label="Environment"
            data={[
              { value: 'live', label: 'Live' },
              { value: 'test', label: 'Test' },
            ]}
            value={form.environment}
            onChange={(environment) => setForm({ ...form, environment: environment as PolicyForm['environment'] })}
          />
          <PolicyFields form={form} plan={plan} errors={errors} onChange={setForm} />
          <TextInput
            label="Expires in days"
            placeholder={placeholdersOf(plan).expiresInDays}
            type="number"
            min={1}
            max={3650}
            value={form.expiresInDays}
            error={errors.expiresInDays}
            onChange={({ currentTarget }) => setForm({ ...form, expiresInDays: currentTarget.value })}
          />
          <Group justify="end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={create.isPending}>
              Create
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
