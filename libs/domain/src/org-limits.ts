/**
 * Levels an org tree may have. Real companies have fewer than 20; random trees of 10 million people reach about 45.
 * The bound keeps the closure table linear in the number of people.
 */
export const orgDepthMax = 100;
