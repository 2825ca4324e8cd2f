import { Group, Modal, type ModalRootProps } from '@mantine/core';
import type { ReactNode } from 'react';

/** A dialog; its heading is no second banner of the page, and a click beside it loses nothing that was typed. */
export function Dialog({
  title,
  children,
  ...props
}: { title: string; children: ReactNode } & Omit<ModalRootProps, 'opened' | 'title'>) {
  return (
    <Modal.Root opened closeOnClickOutside={false} {...props}>
      <Modal.Overlay />
      <Modal.Content>
        <Group justify="space-between" p="md" pb={0} wrap="nowrap">
          <Modal.Title fw={650}>{title}</Modal.Title>
          <Modal.CloseButton aria-label="Close" />
        </Group>
        <Modal.Body pt="sm">{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
