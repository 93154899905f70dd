using System.Collections.Concurrent;

namespace ResilientPostgres.Sessions;

/// <summary>The operations in flight on one generation of an endpoint: an intrusive list, so that entering and leaving allocate nothing.</summary>
sealed class InFlightList
{
    const int MostSpares = 128;

    readonly Lock _gate = new();
    InFlightOperation? _first;
    readonly ConcurrentQueue<InFlightOperation> _spares = new();
    volatile bool _isServerInDoubt;

    /// <summary>Then nothing is asked of it: the driver would connect for that, and what is to unwind would wait for the connecting.</summary>
    public bool IsServerInDoubt { get => _isServerInDoubt; set => _isServerInDoubt = value; }

    public InFlightOperation? TakeSpare() => _spares.TryDequeue(out var spare) ? spare : null;

    /// <summary>As many as a pool has sessions is enough.</summary>
    public void KeepSpare(InFlightOperation operation)
    {
        if (_spares.Count < MostSpares)
        {
            _spares.Enqueue(operation);
        }
    }

    public void Add(InFlightOperation operation)
    {
        lock (_gate)
        {
            operation.Next = _first;
            if (_first is not null)
            {
                _first.Previous = operation;
            }

            _first = operation;
        }
    }

    public void Remove(InFlightOperation operation)
    {
        lock (_gate)
        {
            if (operation.Previous is not null)
            {
                operation.Previous.Next = operation.Next;
            }
            else if (ReferenceEquals(_first, operation))
            {
                _first = operation.Next;
            }

            if (operation.Next is not null)
            {
                operation.Next.Previous = operation.Previous;
            }

            operation.Next = operation.Previous = null;
        }
    }

    /// <summary>Ends the operations that match; the work of ending runs elsewhere.</summary>
    /// <returns>How many.</returns>
    public int Abort(Func<InFlightOperation, bool> match, AbortReason reason)
    {
        var count = 0;
        lock (_gate)
        {
            for (var operation = _first; operation is not null; operation = operation.Next)
            {
                if (match(operation) && operation.RequestAbort(reason))
                {
                    count++;
                }
            }
        }

        return count;
    }

    public void Sweep(TimeSpan now)
    {
        lock (_gate)
        {
            for (var operation = _first; operation is not null;)
            {
                var next = operation.Next;
                if (operation.Deadline <= now)
                {
                    operation.RequestAbort(AbortReason.AttemptTimeout);
                }
                else if (operation.HasLeft)
                {
                    Remove(operation);
                }

                operation = next;
            }
        }
    }
}
