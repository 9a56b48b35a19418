package dev.perigee.edge.serve;

import dev.perigee.core.encrypt.EncryptedForm;
import dev.perigee.core.encrypt.EncryptionProfile;
import dev.perigee.core.encrypt.FieldStatus;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.serve.Rejection;
import dev.perigee.edge.origin.RequestBody;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes forms whole and closes their fields. All of it happens in memory, and what has not been closed goes nowhere: a
 * failure is an answer to the viewer. Safe for all threads.
 */
final class ClosedForms {
    private static final Logger LOG = LoggerFactory.getLogger(ClosedForms.class);

    /** What of all forms together is in memory: 64 of the longest. Half as much again when they are closed. */
    private static final int KIBIBYTES_MAX = 64 << 10;

    /** What the viewer says about content that is not sent: a digest of a card's number is as good as the number. */
    private static final Set<String> ABOUT_CONTENT =
            Set.of("content-md5", "digest", "content-digest", "repr-digest", "x-amz-content-sha256");

    private final Semaphore room = new Semaphore(KIBIBYTES_MAX);
    private final SecureRandom random = new SecureRandom();

    /** What came of a request. */
    sealed interface Outcome {
        /**
         * The request for the origin.
         *
         * @param fields how many were closed
         */
        record Closed(RequestHead request, RequestBody content, int fields) implements Outcome {}

        record Refused(FieldStatus why) implements Outcome {}

        record Failed(Rejection rejection) implements Outcome {}
    }

    /** Waits for the content. On a virtual thread. */
    Outcome close(Exchange x, EncryptionProfile profile) {
        RequestBody content = x.content();
        if (content == null) throw new IllegalStateException("a form without content");
        if (content.length() > EncryptedForm.BODY_OCTETS_MAX) return new Outcome.Refused(FieldStatus.REQUEST_TOO_LONG);
        try (var gathered = new WholeContent(EncryptedForm.BODY_OCTETS_MAX, room)) {
            return switch (gathered.take(content)) {
                case WholeContent.Outcome.Whole(byte[] form) -> closed(x, form, profile);
                case WholeContent.Outcome.TooLong _ -> new Outcome.Refused(FieldStatus.REQUEST_TOO_LONG);
                case WholeContent.Outcome.Crowded _ -> new Outcome.Failed(Rejection.CAPACITY);
                // The viewer is gone, or its connection has told it already.
                case WholeContent.Outcome.Broken _ -> new Outcome.Failed(Rejection.TIMED_OUT);
            };
        }
    }

    private Outcome closed(Exchange x, byte[] form, EncryptionProfile profile) {
        try {
            return switch (EncryptedForm.of(form, profile, random)) {
                case EncryptedForm.Outcome.Encrypted(byte[] content, int fields) ->
                    new Outcome.Closed(without(x.request()), new KnownContent(content, x.viewer()), fields);
                case EncryptedForm.Outcome.Refused(FieldStatus why) -> new Outcome.Refused(why);
            };
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            LOG.error("the public key '{}' cannot be used for field-level encryption", profile.keyName(), e);
            return new Outcome.Refused(FieldStatus.SERVER_ERROR);
        }
    }

    private static RequestHead without(RequestHead request) {
        Fields sent = request.fields();
        Fields.Builder kept = Fields.builder(sent.size());
        for (int i = 0; i < sent.size(); i++) {
            if (!isAboutContent(sent.name(i))) kept.add(sent.name(i), sent.value(i));
        }
        return request.with(kept.build());
    }

    private static boolean isAboutContent(String name) {
        return ABOUT_CONTENT.contains(name.toLowerCase(Locale.ROOT));
    }
}
