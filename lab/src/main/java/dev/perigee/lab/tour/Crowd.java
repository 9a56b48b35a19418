package dev.perigee.lab.tour;

import dev.perigee.lab.world.Place;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Viewers at all places who ask for photos at the same time, each over a connection that stays. */
final class Crowd {
    private static final int VIEWERS_PER_PLACE = 8;
    private static final int PROGRESS_STEP = 100;

    private final Paths paths;
    private final String host;
    private final TourProgress progress;
    private final AtomicInteger done = new AtomicInteger();
    private final AtomicLong hits = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong missedBytes = new AtomicLong();

    /** What the viewers saw. */
    record Seen(int requests, long hits, long bytes, long missedBytes) {}

    Crowd(Paths paths, String host, TourProgress progress) {
        this.paths = paths;
        this.host = host;
        this.progress = progress;
    }

    /** Spreads the requests evenly over the places and waits for the last answer. */
    Seen play(List<String> requests) throws IOException, TourFailed {
        Map<Place, Queue<String>> queues = new EnumMap<>(Place.class);
        Place[] places = Place.values();
        for (int i = 0; i < requests.size(); i++) {
            queues.computeIfAbsent(places[i % places.length], _ -> new ConcurrentLinkedQueue<>())
                    .add(requests.get(i));
        }
        List<Together.Task> viewers = new ArrayList<>();
        for (var queue : queues.entrySet()) {
            Viewer viewer = paths.edgeViewer(queue.getKey(), host);
            for (int i = 0; i < VIEWERS_PER_PLACE; i++) {
                viewers.add(() -> ask(viewer, queue.getValue(), requests.size()));
            }
        }
        Together.run(viewers);
        return new Seen(requests.size(), hits.get(), bytes.get(), missedBytes.get());
    }

    private void ask(Viewer viewer, Queue<String> queue, int total) throws IOException, TourFailed {
        try (Viewer.Session session = viewer.open()) {
            for (String target = queue.poll(); target != null; target = queue.poll()) {
                Answer answer = get(session, target);
                if (answer.status() != 200) {
                    throw new TourFailed("https://" + host + target + " was answered with " + answer.status());
                }
                if (answer.hit()) hits.incrementAndGet();
                else missedBytes.addAndGet(answer.bytes());
                bytes.addAndGet(answer.bytes());
                report(done.incrementAndGet(), total);
            }
        }
    }

    /** A server may close a kept connection at any moment; a request that meets that is sent again, once. */
    private static Answer get(Viewer.Session session, String target) throws IOException {
        try {
            return session.get(target);
        } catch (IOException closed) {
            session.close();
            return session.get(target);
        }
    }

    private synchronized void report(int count, int total) {
        if (count % PROGRESS_STEP == 0 || count == total) progress.advanced(count, total);
    }
}
