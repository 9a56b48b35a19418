package dev.perigee.control.resource;

import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import software.amazon.awssdk.services.cloudfront.model.ActiveTrustedKeyGroups;
import software.amazon.awssdk.services.cloudfront.model.ActiveTrustedSigners;
import software.amazon.awssdk.services.cloudfront.model.CacheBehavior;
import software.amazon.awssdk.services.cloudfront.model.DistributionConfig;
import software.amazon.awssdk.services.cloudfront.model.KGKeyPairIds;
import software.amazon.awssdk.services.cloudfront.model.KeyPairIds;
import software.amazon.awssdk.services.cloudfront.model.Signer;

/** Whose signatures count for a distribution, as it is shown. */
final class ActiveTrust {
    private ActiveTrust() {}

    static ActiveTrustedKeyGroups keyGroups(Tables tables, DistributionConfig config) throws SQLException {
        Set<String> ids =
                new TreeSet<>(config.defaultCacheBehavior().trustedKeyGroups().items());
        for (CacheBehavior behavior : config.cacheBehaviors().items()) {
            ids.addAll(behavior.trustedKeyGroups().items());
        }
        List<KGKeyPairIds> groups = new ArrayList<>();
        for (String id : ids) {
            Row row = tables.find(Kind.KEY_GROUP, id);
            if (row == null) continue;
            groups.add(KGKeyPairIds.builder()
                    .keyGroupId(id)
                    .keyPairIds(ids(KeyGroups.NAMED.config(row).items()))
                    .build());
        }
        return ActiveTrustedKeyGroups.builder()
                .enabled(!groups.isEmpty())
                .quantity(groups.size())
                .items(groups)
                .build();
    }

    /** No account has a key pair here: those are made by root users in a console. */
    static ActiveTrustedSigners signers(DistributionConfig config) {
        Set<String> accounts =
                new TreeSet<>(config.defaultCacheBehavior().trustedSigners().items());
        for (CacheBehavior behavior : config.cacheBehaviors().items()) {
            accounts.addAll(behavior.trustedSigners().items());
        }
        List<Signer> signers = accounts.stream()
                .map(account -> Signer.builder()
                        .awsAccountNumber(account)
                        .keyPairIds(ids(List.of()))
                        .build())
                .toList();
        return ActiveTrustedSigners.builder()
                .enabled(!signers.isEmpty())
                .quantity(signers.size())
                .items(signers)
                .build();
    }

    private static KeyPairIds ids(List<String> keys) {
        return KeyPairIds.builder().quantity(keys.size()).items(keys).build();
    }
}
