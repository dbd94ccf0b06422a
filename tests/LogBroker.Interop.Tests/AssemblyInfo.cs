// Most of a test's time is waiting for processes, so three collections go side by side; more would only wait for each other.
[assembly: CollectionBehavior(MaxParallelThreads = 3)]
