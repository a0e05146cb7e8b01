/** One place on this device's disk for one sealed record; nothing else of the desk is written there. */

const DATABASE = "yanlu-desk";
const STORE = "sealed";
const KEY = "cases";

/** Where a record is kept; every failure is as if nothing were there. */
export interface Disk {
  readonly read: () => Promise<ArrayBuffer | null>;
  readonly write: (record: ArrayBuffer) => Promise<void>;
  /** Removes the record and the place; nothing is written after that until the page is opened again. */
  readonly remove: () => Promise<void>;
}

/** Storage that does not answer keeps nobody from signing in. */
const ANSWERS_WITHIN_MS = 5_000;

/** What `work` gives, or `otherwise` where it takes too long. */
export async function withinTime<T>(work: Promise<T>, ms: number, otherwise: T): Promise<T> {
  let timer = 0;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(resolve, ms, otherwise) as unknown as number;
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("storage"));
  });
}

function opened(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(STORE);
  return done(request);
}

async function asked<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await opened();
  try {
    return await done(work(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

async function inStore<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T | null> {
  try {
    return await withinTime(asked(mode, work), ANSWERS_WITHIN_MS, null);
  } catch {
    // A browser without storage, or one whose disk is full, only opens every case again.
    return null;
  }
}

let removed = false;

/** The browser's own database. */
export const browserDisk: Disk = {
  read: async () => {
    const found: unknown = await inStore("readonly", (store) => store.get(KEY) as IDBRequest<unknown>);
    return found instanceof ArrayBuffer ? found : null;
  },
  write: async (record) => {
    if (!removed) await inStore("readwrite", (store) => store.put(record, KEY));
  },
  remove: async () => {
    removed = true;
    await inStore("readwrite", (store) => store.clear());
    try {
      await withinTime<unknown>(done(indexedDB.deleteDatabase(DATABASE)), ANSWERS_WITHIN_MS, null);
    } catch {
      // The record is gone already; without storage there was none.
    }
  },
};
