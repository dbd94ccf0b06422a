using LogBroker.Protocol;
using LogBroker.Protocol.Records;
using LogBroker.Storage.Producers;
using LogBroker.Storage.Segments;

namespace LogBroker.Storage.Recovery;

/// <summary>Brings the state of producers up to the end of a log by its batches.</summary>
internal static class ProducerReplay
{
    private const int HeaderBufferBytes = 4096;
    private const int ControlBatchBytes = 1024;

    /// <summary>Applies the batches from the state's end up to <paramref name="end"/>.</summary>
    /// <param name="segments">The log's.</param>
    /// <param name="states">Changed.</param>
    /// <param name="end">The log's end.</param>
    /// <param name="rebuildAbortedFrom">Aborted transactions whose markers are at or above this go into their segments'
    /// indexes, which do not have them.</param>
    public static void Run(LogSegment[] segments, ProducerStates states, Offset end, Offset rebuildAbortedFrom)
    {
        Offset from = states.EndOffset;
        for (int index = Math.Max(0, SegmentList.FloorIndex(segments, from)); index < segments.Length; index++)
        {
            LogSegment segment = segments[index];
            if (segment.BaseOffset >= end) break;
            if (segment.TryLocate(from, segment.SizeInBytes, out BatchLocation first))
                Replay(segment, first.Position, states, from, rebuildAbortedFrom);
        }

        states.MoveEnd(end);
    }

    private static void Replay(
        LogSegment segment, long position, ProducerStates states, Offset from, Offset rebuildAbortedFrom)
    {
        Span<byte> buffer = stackalloc byte[HeaderBufferBytes];
        var scanner = new BatchHeaderScanner(segment, position, segment.SizeInBytes, buffer);
        while (scanner.MoveNext())
        {
            RecordBatchView header = scanner.Header;
            if (header.BaseOffset < from || header.ProducerId < 0) continue;
            if (header.IsControl) ReplayMarker(segment, scanner.Position, states, rebuildAbortedFrom);
            else states.Apply(header);
        }
    }

    private static void ReplayMarker(
        LogSegment segment, long position, ProducerStates states, Offset rebuildAbortedFrom)
    {
        using var reader = new BatchReader(segment.Log, segment.SizeInBytes, ControlBatchBytes);
        if (!reader.TryRead(position, out RecordBatchView batch)) return;
        if (batch.BaseOffset >= rebuildAbortedFrom && states.AbortedBy(batch) is { } aborted)
            segment.Aborted.Append(aborted);
        states.Apply(batch);
    }
}
