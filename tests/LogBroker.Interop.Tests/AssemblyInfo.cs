// Most of a test's time is waiting for processes, so four collections go side by side; more would only wait for each other.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
