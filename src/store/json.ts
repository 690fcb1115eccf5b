// What travels to the database and back.

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
