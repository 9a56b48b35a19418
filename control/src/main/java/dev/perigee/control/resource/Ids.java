package dev.perigee.control.resource;

import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.Locale;

/** Ids, domain names, ETags and ARNs in the forms of CloudFront. */
final class Ids {
    private static final String CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private static final int LENGTH = 13;
    private static final int INVALIDATION_LENGTH = 24;
    private static final int TRUST_STORE_LENGTH = 27;
    /** Ids of function URLs have 32 characters; by these first ones edges know those of this system from AWS's. */
    private static final String FUNCTION_URL = "perigee";

    private static final int FUNCTION_URL_LENGTH = 25;

    private final SecureRandom random = new SecureRandom();

    /** Whether an id is in use; random ids hardly ever are. */
    @FunctionalInterface
    interface Taken {
        boolean test(String id) throws SQLException;
    }

    String resource(Taken taken) throws SQLException {
        return free("E", LENGTH, taken);
    }

    String encryptionConfig(Taken taken) throws SQLException {
        return free("C", LENGTH, taken);
    }

    String encryptionProfile(Taken taken) throws SQLException {
        return free("P", LENGTH, taken);
    }

    String invalidation(Taken taken) throws SQLException {
        return free("I", INVALIDATION_LENGTH, taken);
    }

    String publicKey(Taken taken) throws SQLException {
        return free("K", LENGTH, taken);
    }

    String trustStore(Taken taken) throws SQLException {
        return free("ts_", TRUST_STORE_LENGTH, taken);
    }

    String delivery(Taken taken) throws SQLException {
        return free("", 16, taken);
    }

    /** A label of the DNS, hence in lower case. */
    String functionUrl(Taken taken) throws SQLException {
        while (true) {
            String id = FUNCTION_URL + text(FUNCTION_URL_LENGTH).toLowerCase(Locale.ROOT);
            if (!taken.test(id)) return id;
        }
    }

    /** {@code d…} and the suffix; unlike other ids a label of the DNS, hence in lower case. */
    String domain(String suffix, Taken taken) throws SQLException {
        while (true) {
            String domain = "d" + text(LENGTH).toLowerCase(Locale.ROOT) + "." + suffix;
            if (!taken.test(domain)) return domain;
        }
    }

    String etag() {
        return "E" + text(LENGTH);
    }

    private String free(String prefix, int length, Taken taken) throws SQLException {
        while (true) {
            String id = prefix + text(length);
            if (!taken.test(id)) return id;
        }
    }

    private String text(int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) text.append(CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
        return text.toString();
    }

    static String arn(String accountId, String kind, String id) {
        return "arn:aws:cloudfront::" + accountId + ":" + kind + "/" + id;
    }
}
