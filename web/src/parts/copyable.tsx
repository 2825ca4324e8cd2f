import { Button, Code, CopyButton, Group, ScrollArea } from '@mantine/core';

/** Text to be taken elsewhere. */
export function Copyable({ text, label }: { text: string; label: string }) {
  return (
    <Group wrap="nowrap" align="start" gap="xs">
      <ScrollArea type="auto" flex={1} viewportProps={{ tabIndex: 0, 'aria-label': label, role: 'region' }}>
        <Code block style={{ whiteSpace: 'pre', overflow: 'visible', width: 'max-content', minWidth: '100%' }}>
          {text}
        </Code>
      </ScrollArea>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button variant="default" onClick={copy} aria-label={`Copy ${label}`}>
            <span aria-live="polite">{copied ? 'Copied' : 'Copy'}</span>
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}
