import type { ErasureReceipt, ReceiptStore } from '../../lambdas/core/delivery/ports/receipt-store.ts';

export function createMemoryReceiptStore(): ReceiptStore & {
  readonly receipts: ReadonlyMap<string, ErasureReceipt>;
} {
  const receipts = new Map<string, ErasureReceipt>();
  return {
    receipts,
    put: async (receipt) => void receipts.set(receipt.subject, receipt),
    read: async (subject) => receipts.get(subject),
    noteCopiesGone: async (subject, copiesGoneAt) => {
      const receipt = receipts.get(subject);
      if (receipt) receipts.set(subject, { ...receipt, copiesGoneAt });
    },
  };
}
