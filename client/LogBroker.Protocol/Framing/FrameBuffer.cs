using System.Buffers;
using System.Buffers.Binary;
using LogBroker.Protocol.Messages;
using LogBroker.Protocol.Primitives;

namespace LogBroker.Protocol.Framing;

/// <summary>One outgoing frame under construction: its size, header and body, on pooled memory, with the records in it
/// held by reference.</summary>
/// <remarks>
/// Owned by one connection and used by one thread at a time. A frame is encoded, then copied out or sent piece by
/// piece, then <see cref="Clear"/> makes room for the next; the records must stay valid until then.
/// <see cref="Dispose"/> gives the memory back. After an exception in an encode, clear before the next.
/// </remarks>
public sealed class FrameBuffer : IRecordsOutput, IDisposable
{
    private const int ChunkBytesMin = 4 * 1024;
    private const int ChunkBytesMax = 256 * 1024;

    private readonly List<FramePiece> _pieces = [];
    private readonly List<byte[]> _chunks = [];
    private byte[] _chunk = [];
    private int _start;
    private int _end;

    /// <summary>Bytes of the whole frame, its size prefix included.</summary>
    public long SizeInBytes { get; private set; }

    /// <summary>The runs of the encoded frame, in order.</summary>
    public IReadOnlyList<FramePiece> Pieces => _pieces;

    public void EncodeRequest(in RequestHeader header, IRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var writer = Begin();
        header.Write(ref writer);
        request.Write(ref writer, header.ApiVersion);
        End(ref writer);
    }

    public void EncodeResponse(int correlationId, IResponse response, short version)
    {
        ArgumentNullException.ThrowIfNull(response);
        var api = ApiCatalog.Find(response.ApiKey)
            ?? throw new ArgumentException($"API {response.ApiKey} is not declared.", nameof(response));
        var writer = Begin();
        new ResponseHeader(correlationId).Write(ref writer, api.ResponseHeaderVersion(version));
        response.Write(ref writer, version);
        End(ref writer);
    }

    /// <summary>Encodes a frame whose content is ready as bytes.</summary>
    public void EncodeRaw(ReadOnlySpan<byte> content)
    {
        var writer = Begin();
        writer.WriteRaw(content);
        End(ref writer);
    }

    /// <summary>Copies the whole frame to <paramref name="output"/>.</summary>
    public void CopyTo(IBufferWriter<byte> output)
    {
        foreach (var piece in _pieces)
        {
            if (piece.Records is { } records) records.CopyTo(output);
            else output.Write(piece.Bytes.Span);
        }
    }

    /// <summary>Forgets the frame; one chunk of memory is kept for the next.</summary>
    public void Clear()
    {
        _pieces.Clear();
        foreach (byte[] chunk in _chunks) ArrayPool<byte>.Shared.Return(chunk);
        _chunks.Clear();
        if (_chunk.Length > ChunkBytesMax) ReturnChunk();
        _start = 0;
        _end = 0;
        SizeInBytes = 0;
    }

    public void Dispose()
    {
        Clear();
        ReturnChunk();
    }

    void IRecordsOutput.Append(IRecords records)
    {
        Seal();
        _pieces.Add(new FramePiece(default, records));
        SizeInBytes += records.SizeInBytes;
    }

    void IBufferWriter<byte>.Advance(int count) => _end += count;

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint)
    {
        EnsureRoom(sizeHint);
        return _chunk.AsMemory(_end);
    }

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint)
    {
        EnsureRoom(sizeHint);
        return _chunk.AsSpan(_end);
    }

    private KafkaWriter Begin()
    {
        if (_pieces.Count > 0 || _end > 0) throw new InvalidOperationException("The last frame was not cleared.");
        var writer = new KafkaWriter(this);
        writer.WriteInt32(0);
        return writer;
    }

    private void End(ref KafkaWriter writer)
    {
        writer.Flush();
        Seal();
        long content = SizeInBytes - FrameReader.PrefixBytes;
        if (content > int.MaxValue) throw new InvalidOperationException($"A frame of {content} bytes cannot be sent.");
        byte[] first = _chunks.Count > 0 ? _chunks[0] : _chunk;
        BinaryPrimitives.WriteInt32BigEndian(first, (int)content);
    }

    /// <summary>Makes a piece of what was written since the last one.</summary>
    private void Seal()
    {
        if (_end == _start) return;
        _pieces.Add(new FramePiece(_chunk.AsMemory(_start, _end - _start), null));
        SizeInBytes += _end - _start;
        _start = _end;
    }

    private void EnsureRoom(int sizeHint)
    {
        if (_chunk.Length - _end >= Math.Max(sizeHint, 1)) return;
        Seal();
        if (_chunk.Length > 0) _chunks.Add(_chunk);
        int wanted = Math.Clamp(_chunk.Length * 2, ChunkBytesMin, ChunkBytesMax);
        _chunk = ArrayPool<byte>.Shared.Rent(Math.Max(wanted, sizeHint));
        _start = 0;
        _end = 0;
    }

    private void ReturnChunk()
    {
        if (_chunk.Length > 0) ArrayPool<byte>.Shared.Return(_chunk);
        _chunk = [];
    }
}
