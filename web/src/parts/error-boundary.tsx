import { Component, type ReactNode } from 'react';
import { Problem } from './query-state.tsx';

/** Keeps the rest of the dashboard where a page fails, or its code does not come; another `key` begins anew. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: unknown }> {
  override state = { error: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    return error === undefined ? (
      this.props.children
    ) : (
      <Problem error={error} onRetry={() => window.location.reload()} />
    );
  }
}
