import { Group, SegmentedControl, Text, TextInput } from '@mantine/core';
import { type Choice, SPANS } from './span.ts';

const OPTIONS = [
  ...Object.entries(SPANS).map(([value, { label }]) => ({ value, label })),
  { value: 'custom', label: 'Custom' },
];

/** Chooses what span of time the page shows. */
export function SpanPicker({ choice, onChange }: { choice: Choice; onChange: (choice: Choice) => void }) {
  return (
    <Group gap="xs">
      <SegmentedControl
        aria-label="Span of time"
        data={OPTIONS}
        value={choice.name}
        onChange={(name) => onChange({ ...choice, name })}
      />
      {choice.name === 'custom' ? (
        <>
          <TextInput
            type="date"
            aria-label="From (UTC)"
            value={choice.from}
            max={choice.to}
            onChange={({ currentTarget }) => onChange({ ...choice, from: currentTarget.value })}
          />
          <TextInput
            type="date"
            aria-label="To (UTC)"
            value={choice.to}
            min={choice.from}
            onChange={({ currentTarget }) => onChange({ ...choice, to: currentTarget.value })}
          />
          <Text size="sm" c="dimmed" aria-hidden>
            UTC
          </Text>
        </>
      ) : null}
    </Group>
  );
}
