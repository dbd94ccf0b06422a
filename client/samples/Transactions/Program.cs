// Moves money between two topics, both records or none: what is aborted no reader sees. Needs a broker with transactions.
// Run it with a broker's address: Transactions localhost:9092
using LogBroker.Client;

await using var client = new LogBrokerClient(args.Length > 0 ? args[0] : "localhost:9092");
string debits = $"debits-{Guid.NewGuid():N}";
string credits = $"credits-{Guid.NewGuid():N}";
await client.Admin.Topics.CreateAsync(debits, partitionCount: 1);
await client.Admin.Topics.CreateAsync(credits, partitionCount: 1);

// The same name after a restart: what an earlier run left open is aborted, and an earlier run that still lives is fenced.
await using (var bank = client.CreateTransactionalProducer<string, int>("transfers"))
{
    foreach ((string from, string to, int amount) in new[] { ("ann", "bob", 10), ("bob", "nobody", 20), ("bob", "cyd", 5) })
    {
        await bank.BeginTransactionAsync();
        try
        {
            await bank.EnqueueAsync(debits, from, amount);
            if (to == "nobody") throw new InvalidOperationException("there is no such account");
            await bank.EnqueueAsync(credits, to, amount);
            await bank.CommitAsync();
            Console.WriteLine($"moved {amount} from {from} to {to}");
        }
        catch (Exception failure) when (failure is InvalidOperationException or TransactionAbortableException)
        {
            // Anything else is fatal: the producer is of no use any more, and a new one goes on.
            await bank.AbortAsync();
            Console.WriteLine($"moved nothing from {from}: {failure.Message}");
        }
    }
}

// Consumers read committed by default.
await using var reader = client.CreateConsumer<string, int>(null, new ConsumerOptions { OffsetReset = OffsetReset.Earliest });
reader.Assign(new LogBroker.Protocol.TopicPartition(debits, 0));
int total = 0;
await foreach (ConsumedRecord<string, int> debit in reader.ReadAsync())
{
    total += debit.Value;
    Console.WriteLine($"debit of {debit.Key}: {debit.Value}");
    if (total == 15) break;
}

await client.Admin.Topics.DeleteAsync([debits, credits]);
