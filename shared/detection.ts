// What the client and the server must agree on to recognise a language.

/** How much of a file is looked at to recognise its language, in UTF-16 code units. */
export const DETECTION_WINDOW = 16_384;
