package dev.perigee.control.publish;

/** The way to one edge. At most one offer is under way at a time. */
public interface EdgeLink {
    /** Name of the edge, such as {@code IAD}. */
    String pop();

    /**
     * Hands the edge a plan document, which nobody changes afterwards, and waits for its answer.
     *
     * @return version of the plan that is in force at the edge now: the offered one, or a newer one it already had
     * @throws Exception when the edge could not be reached or refused the document; the offer is then repeated later
     */
    long offer(byte[] document) throws Exception;
}
