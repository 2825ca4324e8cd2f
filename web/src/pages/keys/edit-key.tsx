import { Button, Group, Stack } from '@mantine/core';
import { useState } from 'react';
import { updateKey, useChange } from '../../api/changes.ts';
import { fieldsOf, isConflict } from '../../api/problem.ts';
import { type Key, type KeyEdit, useKeys, usePlan } from '../../api/queries.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { Problem } from '../../parts/query-state.tsx';
import { Conflict } from './conflict.tsx';
import { PolicyFields } from './policy-fields.tsx';
import { editOf, formErrors, formOf, type PolicyForm, rebased } from './policy-form.ts';

/** Changes a key. If another did so meanwhile, what was typed stays, to be sent on top of it. */
export function EditKey({ email, given, onClose }: { email: string; given: Key; onClose: () => void }) {
  const keys = useKeys(email);
  const plan = usePlan(email);
  const [key, setKey] = useState(given);
  const [form, setForm] = useState<PolicyForm>(() => formOf(given));
  const change = useChange(email, (edit: KeyEdit) => updateKey(email, key, edit), 'The key is changed.');
  const errors = formErrors(fieldsOf(change.error));
  const edit = editOf(key, form);
  const isUnchanged = Object.keys(edit).length === 0;
  // What is typed and not sent stays, to be sent.
  const send = (body: KeyEdit) =>
    change.mutate(body, { onSuccess: (now) => (body === edit || isUnchanged ? onClose() : setKey(now)) });
  const reload = async () => {
    const { data } = await keys.refetch();
    const now = data?.keys.find(({ keyId }) => keyId === key.keyId);
    if (now) {
      setForm(rebased(form, key, now));
      setKey(now);
    }
    change.reset();
  };
  return (
    <Dialog onClose={onClose} title={`Edit ${given.name}`} size="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          send(edit);
        }}
      >
        <Stack>
          {isConflict(change.error) ? <Conflict onReload={reload} /> : null}
          {change.error && !isConflict(change.error) && Object.keys(errors).length === 0 ? (
            <Problem error={change.error} />
          ) : null}
          <PolicyFields form={form} plan={plan} errors={errors} onChange={setForm} />
          <Group justify="space-between">
            <Button
              variant="default"
              loading={change.isPending}
              onClick={() => send({ status: key.status === 'disabled' ? 'active' : 'disabled' })}
            >
              {key.status === 'disabled' ? 'Enable' : 'Disable'}
            </Button>
            <Group>
              <Button variant="default" onClick={onClose}>
                Cancel
              </Button>
              <Button type="submit" loading={change.isPending} disabled={isUnchanged}>
                Save
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
