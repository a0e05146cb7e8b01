/** This page's script. */
export {};
