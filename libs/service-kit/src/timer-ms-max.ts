/** A longer setTimeout overflows and fires at once. */
export const timerMsMax = 2 ** 31 - 1;
