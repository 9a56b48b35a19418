package dev.perigee.control.resource;

import dev.perigee.core.firewall.Sample;
import java.util.List;

/** Where requests come from that edges have sampled. */
@FunctionalInterface
public interface SampleSource {
    /** Samples of all edges, and how many requests they were taken from. */
    record Sampled(List<Sample> samples, long population) {
        public Sampled {
            samples = List.copyOf(samples);
        }
    }

    Sampled of(String webAcl, String metric, long fromMillis, long toMillis);
}
