package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Refused;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import software.amazon.awssdk.services.cloudfront.model.OriginGroup;
import software.amazon.awssdk.services.cloudfront.model.OriginGroupMember;
import software.amazon.awssdk.services.cloudfront.model.OriginGroupSelectionCriteria;

/** What CloudFront refuses in origin groups. */
final class OriginGroupRules {
    /** CloudFront's quota per distribution. */
    private static final int MAX = 10;

    /** "Optimize high availability with CloudFront origin failover" lists these; 429 came later. */
    private static final Set<Integer> STATUSES = Set.of(400, 403, 404, 416, 429, 500, 502, 503, 504);

    private OriginGroupRules() {}

    /** Returns the ids of the groups, which behaviors may target like origins. */
    static Set<String> check(List<OriginGroup> groups, Set<String> originIds) throws Refused {
        unless(
                groups.size() <= MAX,
                "TooManyOriginGroupsPerDistribution",
                "There are " + groups.size() + " origin groups, more than " + MAX + ".");
        Set<String> ids = new HashSet<>();
        for (OriginGroup group : groups) {
            unless(!group.id().isBlank(), "InvalidArgument", "The Id of an origin group is empty.");
            unless(
                    !originIds.contains(group.id()) && ids.add(group.id()),
                    "InvalidArgument",
                    "The id '" + group.id() + "' of an origin group is given twice, or to an origin too.");
            checkMembers(group, originIds);
            checkCriteria(group);
        }
        return ids;
    }

    private static void checkMembers(OriginGroup group, Set<String> originIds) throws Refused {
        List<String> members = group.members().items().stream()
                .map(OriginGroupMember::originId)
                .toList();
        unless(
                members.size() == 2 && !members.getFirst().equals(members.getLast()),
                "InvalidArgument",
                "The members " + members + " of origin group '" + group.id() + "' are not two different origins.");
        for (String member : members) {
            unless(
                    originIds.contains(member),
                    "NoSuchOrigin",
                    "The member '" + member + "' of origin group '" + group.id() + "' is not an origin.");
        }
    }

    private static void checkCriteria(OriginGroup group) throws Refused {
        unless(
                group.selectionCriteria() == null || group.selectionCriteria() == OriginGroupSelectionCriteria.DEFAULT,
                "InvalidArgument",
                "The SelectionCriteria " + group.selectionCriteriaAsString() + " of origin group '" + group.id()
                        + "' is not carried out by edges, so it is refused.");
        List<Integer> statuses = group.failoverCriteria().statusCodes().items();
        unless(
                !statuses.isEmpty() && new HashSet<>(statuses).size() == statuses.size(),
                "InvalidArgument",
                "The failover status codes " + statuses + " of origin group '" + group.id()
                        + "' are empty or one is given twice.");
        for (int status : statuses) {
            unless(
                    STATUSES.contains(status),
                    "InvalidArgument",
                    "The failover status code " + status + " of origin group '" + group.id() + "' is not allowed.");
        }
    }
}
