namespace LogBroker.Client.Producing.Batches;

/// <summary>Lends <see cref="EncodedRecord"/>s: one for each thread that produces, as a rule without any contention.</summary>
internal sealed class EncodedRecords
{
    private const int Slots = 16;

    private readonly EncodedRecord?[] _spares = new EncodedRecord?[Slots];

    public EncodedRecord Rent() =>
        Interlocked.Exchange(ref _spares[Environment.CurrentManagedThreadId % Slots], null) ?? new EncodedRecord();

    public void Return(EncodedRecord record)
    {
        record.Trim();
        Volatile.Write(ref _spares[Environment.CurrentManagedThreadId % Slots], record);
    }
}
