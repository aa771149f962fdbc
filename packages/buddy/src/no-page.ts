/** What a request returns that got nothing: no frame has this number. */
export const NO_PAGE = -1;
