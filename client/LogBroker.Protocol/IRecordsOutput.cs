using System.Buffers;

namespace LogBroker.Protocol;

/// <summary>An output that can take records by reference, so that a transport may move them from file to socket itself.</summary>
public interface IRecordsOutput : IBufferWriter<byte>
{
    /// <summary>Puts <paramref name="records"/> behind what has been written so far.</summary>
    void Append(IRecords records);
}
