package dev.perigee.edge.log;

/**
 * The access log of an edge since it started.
 *
 * @param dropped lines that were lost because they came faster than the disk takes them, or the disk took none
 * @param delivered lines that are in buckets
 * @param objects that were delivered
 * @param waiting octets that are still to be delivered
 * @param lost octets that were given up, because they waited too long and others came
 * @param failure why the last object could not be delivered; empty when it could
 * @param afterKill whether the process before was killed: then up to a second of its last lines is missing
 */
public record LogStatus(
        long dropped, long delivered, long objects, long waiting, long lost, String failure, boolean afterKill) {
    public static final LogStatus NONE = new LogStatus(0, 0, 0, 0, 0, "", false);
}
