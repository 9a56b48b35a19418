package dev.perigee.core.tls;

import java.util.List;

/**
 * What a certificate authority may ask any edge for, as proof that names are ours, while an order is in progress.
 *
 * @param http answers to requests in clear (http-01, RFC 8555 section 8.3)
 * @param tls certificates that prove their one name to who speaks {@link #PROTOCOL} (tls-alpn-01, RFC 8737)
 */
public record Challenges(List<Http> http, List<ServerCertificate> tls) {
    /** The protocol that is agreed on in the handshake (ALPN), and then never spoken. */
    public static final String PROTOCOL = "acme-tls/1";

    /** What the path of a request begins with; the token is all of the rest. */
    public static final String PATH = "/.well-known/acme-challenge/";

    public Challenges {
        http = List.copyOf(http);
        tls = List.copyOf(tls);
    }

    /**
     * One answer.
     *
     * @param token that the authority asks for
     * @param answer the key authorization
     * @param hosts the names of the order, in lower case
     */
    public record Http(String token, String answer, List<String> hosts) {
        public Http {
            hosts = List.copyOf(hosts);
        }
    }
}
