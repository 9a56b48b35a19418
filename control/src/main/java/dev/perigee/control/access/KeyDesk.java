package dev.perigee.control.access;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where keys are handed out and taken back. */
public interface KeyDesk {
    /**
     * A key without its secret.
     *
     * @param distribution the only one that it may touch; null for all
     * @param created null for one that is built in
     * @param revoked null while it holds
     */
    record Entry(
            String accessKeyId,
            Role role,
            @Nullable String distribution,
            @Nullable Instant created,
            @Nullable Instant revoked) {}

    /** What came of a wish. */
    sealed interface Outcome {
        /** The key holds from now on. */
        record Added(Caller key) implements Outcome {}

        /** The next request that it signs is refused. */
        record Revoked() implements Outcome {}

        /** Nothing was changed; the reason is meant for the user. */
        record Declined(String reason) implements Outcome {}
    }

    Outcome add(Role role, @Nullable String distribution);

    Outcome revoke(String accessKeyId);

    /** Every key, oldest first. */
    List<Entry> list();
}
