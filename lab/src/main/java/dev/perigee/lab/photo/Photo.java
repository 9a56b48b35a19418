package dev.perigee.lab.photo;

/**
 * A JPEG file.
 *
 * @param jpeg its bytes, never changed after the photo was made
 */
@SuppressWarnings("ArrayRecordComponent") // Photos are compared by nobody, and copies of megabytes would help nobody.
public record Photo(String name, byte[] jpeg) {}
