package dev.perigee.lab.tour;

import dev.perigee.core.sign.SigV4;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The running system that the tour visits.
 *
 * @param api where the CloudFront and S3 APIs answer
 * @param adminToken opens the admin listeners of the edges
 * @param domainSuffix what follows the first label of a distribution's name, without a leading dot
 * @param caCertificate PEM file of the authority that viewers trust for the edges and for S3
 * @param s3Tls presents a certificate for {@code *.s3.amazonaws.com} from that authority
 * @param photos a folder with JPEG files, or null to make photos
 * @param requests length of the workload
 * @param seed of photos and workload
 */
public record TourConfig(
        URI api,
        SigV4.Credentials credentials,
        List<Pop> pops,
        String adminToken,
        String domainSuffix,
        Path caCertificate,
        SSLContext s3Tls,
        Links links,
        @Nullable Path photos,
        int requests,
        long seed) {
    /** Length of the workload unless another is asked for. */
    public static final int USUAL_REQUESTS = 2_000;

    private static final int REQUESTS_MAX = 1_000_000;

    public TourConfig {
        pops = List.copyOf(pops);
        if (requests < 1 || requests > REQUESTS_MAX) throw new IllegalArgumentException("requests: " + requests);
    }

    /** An edge, by its airport code. */
    public record Pop(String code, URI http, URI https, URI admin) {}

    /** Without the token. */
    @Override
    public String toString() {
        return "TourConfig[api=" + api + ", pops=" + pops + ", links=" + links + ", requests=" + requests + "]";
    }
}
