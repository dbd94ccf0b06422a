// Every collection runs a broker and its clients as processes: side by side they would only wait for each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: TestCollectionOrderer("LogBroker.Interop.Tests.SegmentFilesLast", "LogBroker.Interop.Tests")]
