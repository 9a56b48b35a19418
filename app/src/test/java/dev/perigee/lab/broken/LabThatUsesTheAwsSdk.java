package dev.perigee.lab.broken;

import software.amazon.awssdk.services.cloudfront.model.Tag;

/** Breaks the rule that AWS SDK types stay in the control plane. */
public final class LabThatUsesTheAwsSdk {
    private LabThatUsesTheAwsSdk() {}

    public static String key(Tag tag) {
        return tag.key();
    }
}
