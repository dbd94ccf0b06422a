using LogBroker.Protocol;

namespace LogBroker.Storage.Segments;

/// <summary>Where a batch lies in its segment.</summary>
/// <param name="Position">Where it begins in the file.</param>
/// <param name="SizeInBytes">The whole batch.</param>
/// <param name="BaseOffset">Its first offset.</param>
/// <param name="LastOffset">Its last offset.</param>
internal readonly record struct BatchLocation(long Position, int SizeInBytes, Offset BaseOffset, Offset LastOffset);
