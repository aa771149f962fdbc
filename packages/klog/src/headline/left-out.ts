/** What people put for what they leave out. */
export const LEFT_OUT: RegExp = /^[.…]+$/;
